"""Addresses of logging in: allauth's views, without the ones we do not have (mail, sign-up, social accounts)."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import path

from hearth.doors.login import views

urlpatterns = [
    path("login/", account.request_login_code, name="account_request_login_code"),
    path("login/code/", account.confirm_login_code, name="account_confirm_login_code"),
    path("login/password/", account.login, name="account_login"),
    path("login/forgotten/", views.forgotten, name="account_reset_password"),
    path("login/signup/", account.signup, name="account_signup"),
    path("login/inactive/", account.account_inactive, name="account_inactive"),
    path("login/again/", account.reauthenticate, name="account_reauthenticate"),
    path("login/landing/", views.landing, name="landing"),
    path("login/demo/", views.demo_panel, name="demo-logins"),
    path("login/demo/inbox/", views.demo_inbox, name="demo-inbox"),
    path("login/factor/", mfa.authenticate, name="mfa_authenticate"),
    path("login/factor/again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("logout/", account.logout, name="account_logout"),
    path("me/password/", account.password_change, name="account_change_password"),
    path("me/password/set/", account.password_set, name="account_set_password"),
    path("me/phone/", account.change_phone, name="account_change_phone"),
    path("me/phone/verify/", account.verify_phone, name="account_verify_phone"),
    path("me/factor/", mfa.index, name="mfa_index"),
    path("me/factor/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("me/factor/app/off/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("me/factor/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("me/factor/codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("me/factor/codes/download/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
]
