//! The icons: one family (Lucide), each by its name with the macro in `shared/icons.html`. A page says only the name (`<i class="i-bell">`):
//! the style cuts the shape out of the colour of the text, by one file with a row for each icon and a column for each width of lines
//! (`--stroke` in `static/css`). So an icon costs a page 23 bytes, where an `<svg>` with a `<use>` took five times as many.
use icondata_lu as lu;
use std::fmt::Write;

/// The names that templates use, and the drawing of each. Names say what it stands for, where that is clearer.
static ICONS: &[(&str, &str)] = &[
    ("activity", lu::LuActivity.data),
    ("archive", lu::LuArchive.data),
    ("arrow-down", lu::LuArrowDown.data),
    ("arrow-right", lu::LuArrowRight.data),
    ("arrow-up", lu::LuArrowUp.data),
    ("bell", lu::LuBell.data),
    ("bookmark", lu::LuBookmark.data),
    ("building", lu::LuBuilding2.data),
    ("calendar", lu::LuCalendar.data),
    ("chart", lu::LuChartColumn.data),
    ("check", lu::LuCheck.data),
    ("chevron-down", lu::LuChevronDown.data),
    ("chevron-left", lu::LuChevronLeft.data),
    ("chevron-right", lu::LuChevronRight.data),
    ("chevron-up", lu::LuChevronUp.data),
    ("circle-check", lu::LuCircleCheck.data),
    ("circle-dashed", lu::LuCircleDashed.data),
    ("circle-dot", lu::LuCircleDot.data),
    ("circle-x", lu::LuCircleX.data),
    ("circle", lu::LuCircle.data),
    ("clock", lu::LuClock.data),
    ("columns", lu::LuColumns2.data),
    ("copy", lu::LuCopy.data),
    ("download", lu::LuDownload.data),
    ("external-link", lu::LuExternalLink.data),
    ("eye-off", lu::LuEyeOff.data),
    ("eye", lu::LuEye.data),
    ("file", lu::LuFileText.data),
    ("filter", lu::LuFunnel.data),
    ("globe", lu::LuGlobe.data),
    ("hourglass", lu::LuHourglass.data),
    ("inbox", lu::LuInbox.data),
    ("info", lu::LuInfo.data),
    ("key", lu::LuKeyRound.data),
    ("link", lu::LuLink.data),
    ("list-checks", lu::LuListChecks.data),
    ("lock", lu::LuLock.data),
    ("log-out", lu::LuLogOut.data),
    ("mail", lu::LuMail.data),
    ("map-pin", lu::LuMapPin.data),
    ("menu", lu::LuMenu.data),
    ("merge", lu::LuGitMerge.data),
    ("message", lu::LuMessageSquare.data),
    ("minus", lu::LuMinus.data),
    ("monitor", lu::LuMonitor.data),
    ("moon", lu::LuMoon.data),
    ("more", lu::LuEllipsis.data),
    ("network", lu::LuNetwork.data),
    ("paperclip", lu::LuPaperclip.data),
    ("pencil", lu::LuPencil.data),
    ("phone", lu::LuPhone.data),
    ("pin", lu::LuPin.data),
    ("plus", lu::LuPlus.data),
    ("power", lu::LuPower.data),
    ("reply", lu::LuReply.data),
    ("restore", lu::LuRotateCcw.data),
    ("rows", lu::LuRows3.data),
    ("scale", lu::LuScale.data),
    ("search", lu::LuSearch.data),
    ("settings", lu::LuSettings.data),
    ("shield", lu::LuShield.data),
    ("star", lu::LuStar.data),
    ("sun", lu::LuSun.data),
    ("tag", lu::LuTag.data),
    ("ticket", lu::LuTicket.data),
    ("trash", lu::LuTrash2.data),
    ("undo", lu::LuUndo2.data),
    ("upload", lu::LuUpload.data),
    ("user-plus", lu::LuUserPlus.data),
    ("user", lu::LuUser.data),
    ("users", lu::LuUsers.data),
    ("warning", lu::LuTriangleAlert.data),
    ("x", lu::LuX.data),
];

/// The names of all icons.
pub fn names() -> impl Iterator<Item = &'static str> {
    ICONS.iter().map(|(name, _)| *name)
}

/// How thick lines are, in units of which an icon is 24 wide: a column each. The style chooses one where icons are not 16 px wide.
const STROKES: [&str; 4] = ["1.75", "2", "2.5", "1.25"];
const SIDE: usize = 24;

/// The file that holds every icon: one below the other, and all of them again for each width of lines.
pub fn sprite() -> String {
    let (width, height) = (SIDE * STROKES.len(), SIDE * ICONS.len());
    let mut sprite = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         fill=\"none\" stroke=\"#000\" stroke-linecap=\"round\" stroke-linejoin=\"round\">\n<defs><g id=\"all\">\n"
    );
    for (row, (_, drawing)) in ICONS.iter().enumerate() {
        let _ = writeln!(sprite, "<g transform=\"translate(0 {})\">{drawing}</g>", row * SIDE);
    }
    sprite += "</g></defs>\n";
    for (column, stroke) in STROKES.iter().enumerate() {
        let x = column * SIDE;
        let _ = writeln!(sprite, "<use href=\"#all\" x=\"{x}\" stroke-width=\"{stroke}\"/>");
    }
    sprite + "</svg>\n"
}

/// Where each icon is in [`sprite`], as the style has it: the row, and how many rows and columns there are.
pub fn places() -> String {
    let (columns, rows) = (STROKES.len(), ICONS.len());
    let mut style = format!(":root{{--icon-columns:{columns};--icon-rows:{rows}}}\n");
    for (row, (name, _)) in ICONS.iter().enumerate() {
        let _ = writeln!(style, ".i-{name}{{--icon:{row}}}");
    }
    style
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, path::Path};

    #[test]
    fn every_icon_is_drawn_once_and_has_a_place() {
        let (sprite, places) = (sprite(), places());
        for (row, (name, drawing)) in ICONS.iter().enumerate() {
            let drawn = format!("<g transform=\"translate(0 {})\">{drawing}</g>", row * SIDE);
            assert_eq!(sprite.matches(&drawn).count(), 1, "{name}");
            assert_eq!(places.matches(&format!(".i-{name}{{--icon:{row}}}\n")).count(), 1, "{name}");
        }
        assert_eq!(sprite.matches("<use href=\"#all\" ").count(), STROKES.len());
    }

    #[test]
    fn templates_ask_only_for_icons_that_exist() {
        let known: Vec<&str> = names().collect();
        for_each_template(Path::new("templates"), &mut |path, text| {
            for piece in text.split("icons::icon(\"").skip(1) {
                let name = piece.split('"').next().unwrap_or_default();
                assert!(known.contains(&name), "{path} asks for the icon {name:?}");
            }
        });
    }

    fn for_each_template(dir: &Path, visit: &mut impl FnMut(&str, &str)) {
        for entry in fs::read_dir(dir).expect("templates are there").flatten() {
            let path = entry.path();
            if path.is_dir() {
                for_each_template(&path, visit);
            } else if let Ok(text) = fs::read_to_string(&path) {
                visit(&path.display().to_string(), &text);
            }
        }
    }
}
