"""The measurements behind the figures of the README: ``make bench`` prints and stores the table.

They measure the product as ``make run`` starts it, over HTTP and in a browser. What is compared is measured in
turn, so that a machine which is slow for a while is slow for both.
"""
