from django.urls import path

from media.views import pictures

urlpatterns = [
    path("media/<str:signed>", pictures.picture, name="picture"),
]
