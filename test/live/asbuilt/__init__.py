"""The image is the contract: what is not as the image declares is refused, conformed or allowed by name,
and what is starts."""
