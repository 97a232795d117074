"""Runs the stages over parts: the only code that reads, writes, retries or quarantines."""
