"""The upstream systems, simulated: real HTTP on loopback, written from their documents.

A separate program. It imports nothing of the console and the console imports nothing of it.
README.md tells how to start it, what it assumes, and where it differs from what is known elsewhere.
"""
