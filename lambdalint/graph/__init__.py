"""The application drawn: what hands events on to what, and what code reads, writes and sends to."""
