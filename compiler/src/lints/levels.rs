//! The levels of lints, as a user sets them.

use std::fmt;

use crate::diagnostics::{Group, Level, Lint};
use crate::suggest::closest;

/// The levels at which lints are reported: warnings, unless a setting says otherwise.
///
/// ```
/// use ferrego_compiler::diagnostics::Level;
/// use ferrego_compiler::lints::Levels;
///
/// let mut levels = Levels::default();
/// levels.set("style", Level::Allow)?;
/// levels.set("unused-import", Level::Deny)?;
/// assert!(levels.set("unused-inport", Level::Deny).is_err());
/// # Ok::<(), ferrego_compiler::lints::UnknownLint>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Levels {
    /// The settings in order, of which the last that names a lint applies.
    settings: Vec<(Name, Level)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Name {
    All,
    Group(Group),
    Lint(&'static Lint),
}

/// The name of all lints together.
const ALL: &str = "warnings";

impl Levels {
    /// Returns the levels with which no lint is reported.
    pub fn silent() -> Self {
        Self { settings: vec![(Name::All, Level::Allow)] }
    }

    /// Sets the level of a lint, of a group, or of all lints (`warnings`). Later settings override
    /// earlier ones.
    ///
    /// # Errors
    /// Returns an error if nothing has this name.
    pub fn set(&mut self, name: &str, level: Level) -> Result<(), UnknownLint> {
        let group = Group::ALL.into_iter().find(|group| group.as_str() == name).map(Name::Group);
        let lint = || super::all().find(|lint| lint.name == name).map(Name::Lint);
        let all = || (name == ALL).then_some(Name::All);
        let target = group.or_else(lint).or_else(all).ok_or_else(|| UnknownLint::of(name))?;
        self.settings.push((target, level));
        Ok(())
    }

    /// Returns the level of a lint.
    pub fn of(&self, lint: &Lint) -> Level {
        let applies = |name: &Name| match name {
            Name::All => true,
            Name::Group(group) => *group == lint.group,
            Name::Lint(named) => *named == lint,
        };
        let setting = self.settings.iter().rev().find(|(name, _)| applies(name));
        setting.map_or(Level::Warn, |(_, level)| *level)
    }
}

/// A name that is neither a lint's nor a group's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct UnknownLint {
    name: String,
    /// The name that was probably meant.
    pub(super) closest: Option<&'static str>,
}

impl UnknownLint {
    /// Returns the error for `name`.
    pub(super) fn of(name: &str) -> Self {
        let groups = Group::ALL.into_iter().map(Group::as_str);
        let names = super::all().map(|lint| lint.name).chain(groups).chain([ALL]);
        Self { name: name.to_owned(), closest: closest(name, names) }
    }
}

impl fmt::Display for UnknownLint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown lint `{}`", self.name)?;
        if let Some(closest) = self.closest {
            return write!(f, "; did you mean `{closest}`?");
        }
        let groups: Vec<_> = Group::ALL.iter().map(|group| group.as_str()).collect();
        write!(f, "; expected a lint, a group ({}) or `{ALL}`", groups.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lints::unused::UNUSED_IMPORT;

    #[test]
    fn the_last_setting_applies() {
        let mut levels = Levels::default();
        assert_eq!(levels.of(&UNUSED_IMPORT), Level::Warn);
        levels.set("unused-import", Level::Deny).expect("a lint");
        levels.set("style", Level::Allow).expect("a group");
        assert_eq!(levels.of(&UNUSED_IMPORT), Level::Allow);
        levels.set("warnings", Level::Deny).expect("all lints");
        assert_eq!(levels.of(&UNUSED_IMPORT), Level::Deny);
    }

    #[test]
    fn a_misspelled_name_is_an_error() {
        let error = Levels::default().set("unused_import", Level::Allow).expect_err("unknown");
        assert_eq!(
            error.to_string(),
            "unknown lint `unused_import`; did you mean `unused-import`?"
        );
        let error = Levels::default().set("xyz", Level::Allow).expect_err("unknown");
        let groups = "correctness, suspicious, style, compatibility";
        let expected =
            format!("unknown lint `xyz`; expected a lint, a group ({groups}) or `warnings`");
        assert_eq!(error.to_string(), expected);
    }
}
