"""What the calls in a program mean: to AWS, to the libraries that it is written with, and for what comes after them."""
