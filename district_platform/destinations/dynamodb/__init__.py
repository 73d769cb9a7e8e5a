"""The attendance history in DynamoDB, for staff and programs that do not reach this machine (docs/attendance_store.md).

table     the table: keys, index, protection; what verify looks at
items     a day of the history as an item
requests  calls to the service: batches, patience, errors written for people
lease     one loader at a time, and what the table says of the last load
loading   a load: compare, write, point
reading   a student's days from the table
costs     units, minutes and dollars
"""
