"""What is typed about an organization, its departments, its members and devices.

Jobs that take the same values from elsewhere (imports) validate them with these forms too.
"""
