from django.urls import path

from media.views import files, pictures

urlpatterns = [
    path("files", files.index, name="files"),
    path("media/<str:signed>", pictures.picture, name="picture"),
]
