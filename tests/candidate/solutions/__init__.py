"""A task for each tool that is shown as a view, and a solution of it: `BODY` and `SOLUTION`, one module a tool."""
