import os

from django.core.wsgi import get_wsgi_application

from console.bodies import WholeBodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
application = WholeBodies(get_wsgi_application())
