"""Routes: an address, what it needs from the services, what it answers. Plain functions."""

from fastapi import APIRouter

ROUTERS: tuple[APIRouter, ...] = ()
"""Every router that needs nothing but the request; `issuer.web.app` includes them."""
