"""What was answered, to whom and from what: the log that accounts for every answer"""
