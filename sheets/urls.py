from django.urls import path

from sheets.views import columns, exports, importing

urlpatterns = [
    path("changes/new/import", importing.new, name="import"),
    path("changes/new/import/template.xlsx", exports.template, name="import-template"),
    path("changes/new/import/<uuid:file_id>", columns.columns, name="import-columns"),
    path("changes/<int:set_id>/result.xlsx", exports.result, name="change-set-result"),
    path("org/export.xlsx", exports.organization, name="org-export"),
    path("exports/<uuid:making_id>", exports.show, name="export"),
    path("exports/<uuid:making_id>/file", exports.file, name="export-file"),
]
