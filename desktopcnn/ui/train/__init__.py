"""The *Train* tab: form, buttons, curves, time machine and run book."""
