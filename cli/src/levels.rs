//! The levels of lints on the command line.

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};
use ferrego_compiler::diagnostics::Level;
use ferrego_compiler::lints::{Levels, UnknownLint};

/// The levels of lints: `-A`, `-W` and `-D`, of which the last that names a lint applies.
#[derive(Clone, Debug, Default)]
pub(crate) struct LintLevels {
    pub(crate) levels: Levels,
}

/// The options, with the level that each sets.
const OPTIONS: [(&str, char, Level, &str); 3] = [
    ("allow", 'A', Level::Allow, "Do not report findings of a lint, a group or all (warnings)"),
    ("warn", 'W', Level::Warn, "Report findings of a lint, a group or all as warnings"),
    ("deny", 'D', Level::Deny, "Report findings of a lint, a group or all as errors"),
];

/// Returns a name of which a level can be set, or an error that says what is expected.
fn known(name: &str) -> Result<String, UnknownLint> {
    Levels::default().set(name, Level::Warn).map(|()| name.to_owned())
}

impl Args for LintLevels {
    fn augment_args(command: Command) -> Command {
        OPTIONS.iter().fold(command, |command, (name, short, _, help)| {
            command.arg(
                Arg::new(*name)
                    .short(*short)
                    .long(*name)
                    .value_name("LINT")
                    .action(ArgAction::Append)
                    .value_parser(known)
                    .help(*help),
            )
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for LintLevels {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut given: Vec<(usize, &String, Level)> = Vec::new();
        for (name, _, level, _) in OPTIONS {
            let values = matches.get_many::<String>(name).into_iter().flatten();
            let indices = matches.indices_of(name).into_iter().flatten();
            given.extend(indices.zip(values).map(|(index, value)| (index, value, level)));
        }
        given.sort_by_key(|(index, ..)| *index);
        let mut levels = Levels::default();
        for (_, name, level) in given {
            let set = levels.set(name, level);
            set.map_err(|error| Error::raw(ErrorKind::InvalidValue, format!("{error}\n")))?;
        }
        Ok(Self { levels })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
