"""What is asked of a finished result: each question adds tables to it; the order of its steps, no equations."""
