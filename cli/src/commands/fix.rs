//! `ferrego fix`: applies the fixes of lints that change no answer.

use ferrego_compiler::diagnostics::Severity;
use ferrego_compiler::frontend::fix::{self, Fixed};
use ferrego_compiler::frontend::inputs::Inputs;
use ferrego_compiler::frontend::upgrade;
use ferrego_program::status::{Exit, Status};

use crate::arguments::Fix;
use crate::edits::{Edit, Mode};
use crate::failure::Failure;
use crate::output::stderr;

/// Applies the safe fixes in the files. A policy with faults stays as it is, and the exit status is
/// 1.
pub(crate) fn fix(command: &Fix) -> Result<Exit, Failure> {
    let arguments = &command.policies;
    if arguments.files.iter().any(|path| path.as_os_str() == "-") {
        return Err(Failure::usage(
            "expected files or folders, found `-`: fix reads no standard input",
        ));
    }
    let (inputs, read) = Inputs::read(&arguments.files, arguments.size.limit());
    read?;
    let apply = if command.v1 { upgrade::upgrade } else { fix::fix };
    let Fixed { texts, notices } =
        apply(&inputs.files, &arguments.request(), &command.levels.levels)?;
    stderr(&notices);
    let faults = notices.iter().any(|notice| notice.severity == Severity::Error);
    let status = if faults { Status::Failed } else { Status::Passed };
    let edits = inputs.files.into_iter().zip(texts).map(|(file, after)| Edit {
        path: file.path,
        before: file.text,
        after,
    });
    let mode = Mode { check: command.check, diff: command.diff };
    Ok(Exit::from(status.max(mode.apply(&edits.collect::<Vec<_>>())?)))
}
