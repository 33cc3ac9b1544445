//! The style of pictures: one table of its keys, which are flags, and entries of `[style]` in a problem file or of a
//! file of their own.

use pullback::formula;
use pullback::plot::{ColorMap, PanelChoice, Style, Theme, View};

use super::fault::Fault;
use super::keys::Key;
use super::place::Text;

/// A part of a style: its key, and how its value is read.
pub(super) struct Part {
    pub(super) key: Key,
    read: fn(&mut Style, &Text) -> Result<(), Fault>,
}

/// The name of the size.
const SIZE: &str = "size";

const fn key(
    name: &'static str,
    value: &'static str,
    help: &'static str,
    default: &'static str,
) -> Key {
    Key {
        name,
        value,
        help,
        default: Some(default),
        repeats: false,
    }
}

/// The parts of a style, in the order in which the help lists them.
pub(super) const PARTS: [Part; 10] = [
    Part {
        key: key(
            SIZE,
            "WIDTHxHEIGHT",
            "Width and height in pixels",
            "1200x640, 640x480 where it moves",
        ),
        read: |style, text| size(text).map(|size| [style.width, style.height] = size),
    },
    Part {
        key: key(
            "dpi",
            "N",
            "Pixels of a PNG to the inch: 192 is twice as fine, and as large on paper",
            "96",
        ),
        read: |style, text| number(text).map(|dpi| style.dpi = dpi),
    },
    Part {
        key: key(
            "font_size",
            "N",
            "Height of letters in pixels; lines grow with them",
            "13",
        ),
        read: |style, text| number(text).map(|size| style.font_size = size),
    },
    Part {
        key: key(
            "theme",
            "light | dark",
            "Dark on white, or light on a dark ground",
            "light",
        ),
        read: |style, text| named(text, &Theme::ALL, Theme::name).map(|theme| style.theme = theme),
    },
    Part {
        key: key(
            "colors",
            "viridis | cividis | grays",
            "The colours of amounts",
            "viridis",
        ),
        read: |style, text| {
            named(text, &ColorMap::ALL, ColorMap::name).map(|colors| style.colors = colors)
        },
    },
    Part {
        key: key(
            "panels",
            "both | region | image",
            "Which of region and image are drawn",
            "both",
        ),
        read: |style, text| {
            named(text, &PanelChoice::ALL, PanelChoice::name).map(|own| style.panels = own)
        },
    },
    Part {
        key: key("heading", "on | off", "Title and subtitle", "on"),
        read: |style, text| switch(text).map(|is_on| style.has_title = is_on),
    },
    Part {
        key: key(
            "grid",
            "on | off",
            "Lines on which a variable is constant",
            "on",
        ),
        read: |style, text| switch(text).map(|is_on| style.has_grid = is_on),
    },
    Part {
        key: key("legend", "on | off", "What lines and signs mean", "on"),
        read: |style, text| switch(text).map(|is_on| style.has_legend = is_on),
    },
    Part {
        key: key(
            "view",
            "AZIMUTH,ELEVATION",
            "From where an image in space is seen, in degrees",
            "from where no face is edge-on",
        ),
        read: |style, text| eye(text).map(|view| style.view = Some(view)),
    },
];

/// A part of a style that was given.
#[derive(Clone, Debug, Hash)]
pub(super) struct Given {
    pub(super) name: &'static str,
    pub(super) value: Text,
}

/// The table of a style in a problem file, and the flag of a file of its own.
pub(super) const STYLE: &str = "style";

/// A style and whether a size was given; of what was given twice the last one counts.
///
/// # Errors
/// What cannot be read, with its place.
pub(super) fn of(given: &[Given]) -> Result<(Style, bool), Fault> {
    let mut style = Style::default();
    for own in given {
        let part = PARTS.iter().find(|part| part.key.name == own.name);
        part.map_or(Ok(()), |part| (part.read)(&mut style, &own.value))?;
    }
    style.check()?;
    Ok((style, given.iter().any(|own| own.name == SIZE)))
}

/// One of some by its name.
fn named<T: Copy>(text: &Text, all: &[T], name: fn(T) -> &'static str) -> Result<T, Fault> {
    let wanted = text.text.trim();
    let found = all.iter().find(|own| name(**own) == wanted);
    found.copied().ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|own| name(*own)).collect();
        let fault = Fault::at(text.place.clone(), format!("unknown name `{wanted}`"));
        fault.with_help(match formula::nearest(wanted, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the names are: {}", names.join(", ")),
        })
    })
}

/// On or off.
fn switch(text: &Text) -> Result<bool, Fault> {
    match text.text.trim() {
        "on" | "true" => Ok(true),
        "off" | "false" => Ok(false),
        _ => Err(expected(text, "on or off")),
    }
}

fn number(text: &Text) -> Result<f64, Fault> {
    let number = text.text.trim().parse();
    number.map_err(|_| expected(text, "a number"))
}

/// Two numbers of pixels.
fn size(text: &Text) -> Result<[u32; 2], Fault> {
    let side = |text: &str| text.trim().parse::<u32>().ok();
    let sides = text.text.split_once(['x', '×']);
    let sides = sides.and_then(|(width, height)| Some([side(width)?, side(height)?]));
    sides.ok_or_else(|| expected(text, "two numbers of pixels, such as 1200x640"))
}

/// Two angles.
fn eye(text: &Text) -> Result<View, Fault> {
    let angle = |text: &str| text.trim().parse::<f64>().ok();
    let angles = text.text.split_once(',');
    let angles = angles.and_then(|(azimuth, elevation)| Some([angle(azimuth)?, angle(elevation)?]));
    let [azimuth, elevation] =
        angles.ok_or_else(|| expected(text, "two angles in degrees, such as -60,25"))?;
    Ok(View { azimuth, elevation })
}

fn expected(text: &Text, what: &str) -> Fault {
    Fault::at(text.place.clone(), format!("expected {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_that_are_told_are_those_of_a_picture() {
        let usual = Style::default();
        for part in PARTS {
            let told = part.key.default.unwrap_or_default();
            let first = told.split(", ").next().unwrap_or_default();
            let mut style = usual;
            if (part.read)(&mut style, &Text::of_flag("--x", first)).is_ok() {
                assert_eq!(style, usual, "{}", part.key.name);
            } else {
                assert_eq!((part.key.name, style.view), ("view", None));
            }
        }
    }

    #[test]
    fn sizes_are_two_numbers() {
        let of = |text: &str| size(&Text::of_flag("--size", text));
        assert_eq!(of("800x600").unwrap(), [800, 600]);
        for wrong in ["800", "800x", "x600", "-1x5", "800x600x2"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }
}
