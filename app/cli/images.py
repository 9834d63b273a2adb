"""The command that brands every image anew."""

import click
from flask.cli import with_appcontext
from tqdm import tqdm

from app.catalogue import image_service as images
from app.cli.output import refusals_as_sentences


@click.command("rebrand-images")
@with_appcontext
@refusals_as_sentences
def rebrand_images_command() -> None:
    """Make every image anew from its original, with the watermark of today's settings.

    A run that was interrupted is resumed. Old addresses work for another day.
    """
    started_at, left = images.begin_rebranding()
    problems = 0
    with tqdm(total=left, unit="image", desc="Branding") as bar:
        for image in images.rebrand_images(started_at):
            bar.update()
            if image.problem:
                problems += 1
                bar.write(f"Image {image.image_id} stays as it is: {image.problem}")
    click.echo(f"{bar.n - problems} images branded anew, {problems} left as they are.")
    if problems:
        raise SystemExit(2)
