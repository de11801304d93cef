"""Which phones several members have: noted when the mirror changes, so that no page has to compare them all."""

from collections.abc import Collection

from django.db.models import Count, Sum

from orgs.models import Member, SharedPhone


def recount(org_num: int, phones: Collection[str] | None = None) -> int:
    """Bring the notes up to date, inside the transaction that has changed the members.

    Args:
        phones: those whose members changed; None: all.

    Returns:
        How many members have a phone that somebody else has too.
    """
    members = Member.objects.filter(organization=org_num).exclude(phone="")
    noted = SharedPhone.objects.filter(organization=org_num)
    looked_at = noted
    if phones is not None:
        members, looked_at = members.filter(phone__in=phones), noted.filter(phone__in=phones)
    found = dict(members.values_list("phone").annotate(holders=Count("user_id")).filter(holders__gt=1))
    present = dict(looked_at.values_list("phone", "members"))
    SharedPhone.objects.bulk_create(
        (
            SharedPhone(organization_id=org_num, phone=phone, members=holders)
            for phone, holders in found.items()
            if present.get(phone) != holders
        ),
        update_conflicts=True,
        unique_fields=["organization", "phone"],
        update_fields=["members"],
    )
    if alone := present.keys() - found.keys():
        noted.filter(phone__in=alone).delete()
    total: int | None = noted.aggregate(total=Sum("members"))["total"]
    return total or 0
