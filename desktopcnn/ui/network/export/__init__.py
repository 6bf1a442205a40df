"""The views of the *Network* tab as files."""
