"""Ask this container's web process whether it is ready, in the name of the host it serves."""

import http.client
import os
import sys

connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=4)
connection.request("GET", "/readyz", headers={"Host": os.environ["ALLOWED_HOSTS"].split(",")[0]})
sys.exit(connection.getresponse().status != http.client.OK)
