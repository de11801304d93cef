from orgs import passwords


def test_a_made_up_password_meets_its_own_rule() -> None:
    made = {passwords.generate().reveal() for _ in range(50)}
    assert len(made) == 50
    assert all(len(one) == passwords.LENGTH and not passwords.problems(one) for one in made)


def test_it_has_nothing_that_looks_like_something_else() -> None:
    assert not set("0O1lIi") & set("".join(passwords.generate().reveal() for _ in range(200)))


def test_a_short_one_is_refused_without_being_named() -> None:
    problems = passwords.problems("geheim1")
    assert len(problems) == 1
    assert "geheim1" not in problems[0]
    assert passwords.problems("geheim12") == []
