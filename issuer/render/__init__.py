"""An award becomes something to look at: badge picture, share card, QR code. Pure: bytes out."""
