//! The icons: one family (Lucide), one file, each drawn by its name with the macro in `shared/icons.html`.
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

/// The file that holds every icon as a `<symbol>`. Stroke and size come from the style.
pub fn sprite() -> String {
    let mut sprite = String::from("<svg xmlns=\"http://www.w3.org/2000/svg\">\n");
    for (name, drawing) in ICONS {
        let _ = writeln!(sprite, "<symbol id=\"{name}\" viewBox=\"0 0 24 24\">{drawing}</symbol>");
    }
    sprite + "</svg>\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, path::Path};

    #[test]
    fn every_icon_is_drawn_once() {
        let sprite = sprite();
        for name in names() {
            assert_eq!(sprite.matches(&format!("id=\"{name}\"")).count(), 1, "{name}");
        }
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
