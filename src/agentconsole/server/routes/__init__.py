"""The routes, one module a resource. Each spells its full path, without ``.json``."""

from fastapi import APIRouter

from agentconsole.server.routes import users

ROUTERS: tuple[APIRouter, ...] = (users.router,)
