"""A blog platform that decides about one comment while its author waits: `python examples/classify_in_request.py`."""

from __future__ import annotations

import sys

from commentguard import Comment, CommentGuard, Post, ThreadMessage, load_model

ACTIONS = {"spam": "reject", "off-topic": "hide", "substantive": "publish"}


def decide(guard: CommentGuard, comment: Comment) -> str:
    """Return what the platform does with a comment: publish, hide, reject, or hold it for a person."""
    verdict = guard.classify(comment)
    return "hold" if verdict.needs_review else ACTIONS[verdict.label]


def main() -> None:
    """Decide about three comments that arrive under one post."""
    guard = load_model()  # once, when the program starts; it may be shared by all threads
    post = Post(
        title="How I stopped my cellar door from sticking",
        text="The door swells every autumn. I planed two millimetres off the hinge side, sealed the raw edge with"
        " oil, and moved the strike plate down a little. Sand the edge before you oil it.",
    )
    thread = (ThreadMessage("Nora", "Which oil did you take for the edge?"),)
    arrived = (
        Comment(text="@Nora linseed works, but let it dry for two days before you hang the door.", author="Piet",
                post=post, thread=thread),
        Comment(text="Cheap pills without prescription http://pills-4-less.example/buy", author="generic pills",
                author_url="http://pills-4-less.example", post=post, thread=thread),
        Comment(text="", type="pingback", author="dry skin", author_url="http://dry-skin-cures.example", post=post),
    )  # fmt: skip
    for comment in arrived:
        sys.stdout.write(f"{decide(guard, comment):8} {comment.author}\n")


if __name__ == "__main__":
    main()
