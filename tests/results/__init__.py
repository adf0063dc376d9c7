"""Certificate, recount, figures and the files that hold them."""
