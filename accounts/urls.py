from django.urls import path

from accounts.views import codes, person, preferences, proof, sessions, sign_in, sign_out

urlpatterns = [
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-in/again", proof.sign_in_again, name="sign-in-again"),
    path("sign-out", sign_out.sign_out, name="sign-out"),
    path("sign-out/jobs", sign_out.choose, name="sign-out-jobs"),
    path("sign-up", codes.sign_up, name="sign-up"),
    path("reset-password", codes.reset_password, name="reset-password"),
    path("picture-code", codes.picture_code, name="picture-code"),
    path("sms-code", codes.sms_code, name="sms-code"),
    path("account", person.account, name="account"),
    path("account/password", person.password, name="account-password"),
    path("account/phone", person.phone, name="account-phone"),
    path("account/phone/code", person.phone_code, name="account-phone-code"),
    path("account/views", preferences.save, name="saved-views"),
    path("account/views/<int:view_id>", preferences.edit, name="saved-view"),
    path("account/views/<int:view_id>/delete", preferences.delete, name="saved-view-delete"),
    path("account/columns", preferences.columns, name="table-columns"),
    path("account/sessions", sessions.sessions_page, name="sessions"),
    path("account/sessions/end-others", sessions.end_others, name="sessions-end-others"),
    path("account/sessions/<uuid:session_id>/end", sessions.end, name="session-end"),
]
