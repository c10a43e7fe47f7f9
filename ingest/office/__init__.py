"""Word processors' documents: what Word and OpenDocument files have in common, and each its own"""
