"""One module for each helpdesk system; each holds one `ADAPTER`"""
