"""Limits and rules of AWS that service models do not state, checked before a request is dispatched.

To add a limit, add a function with the decorator `limits` to a module of this folder; name the page that states it.
"""
