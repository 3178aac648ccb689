"""What is kept between runs, each under the digest of everything that it was made from."""
