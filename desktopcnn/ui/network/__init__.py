"""The *Network* tab: a column for each layer, and a close look at the chosen one."""
