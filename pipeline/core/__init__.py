"""What every room shares: spans, aligned text, Arrow schemas and the contract of a stage. Standard library and pyarrow only."""
