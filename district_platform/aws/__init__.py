"""The platform on AWS, on a schedule (docs/aws.md): the templates of deploy/aws for a district, what they cost, the handler of Lambda.

crons      EventBridge's schedules: from the settings' crontabs, and when they come
templates  the templates, with the district's own schedules
costs      what a month costs, by the services' list prices
handler    one event, one run, in Lambda
"""
