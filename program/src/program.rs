//! The subcommands of a program.

#![cfg_attr(
    feature = "serve",
    expect(clippy::doc_markdown, reason = "these comments are the help that the command prints")
)]

use std::path::PathBuf;
use std::process::ExitCode;
#[cfg(feature = "serve")]
use std::sync::Arc;

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use ferrego_gatekeeper::constraint::EnforcementPoint;
use ferrego_gatekeeper::exemption::Process;
use ferrego_gatekeeper::review::Numbers;
#[cfg(feature = "serve")]
use ferrego_webhook::external_data::ProviderClient;

#[cfg(feature = "serve")]
use crate::arguments::FileWatchOptions;
use crate::arguments::{FileNumbers, Judging, WebhookNumbers};
use crate::budget::{BudgetOptions, FileOptions};
use crate::contents::Contents;
use crate::external_data::ExternalDataOptions;
use crate::failure::Failure;
use crate::judge::{self, Collected, SetUp, Settings};
use crate::list::{self, List};
use crate::output;
#[cfg(feature = "serve")]
use crate::review::{self, Review};
#[cfg(feature = "serve")]
use crate::serve::{self, Loaded, Log, ServeOptions};
use crate::status::{Exit, Status};
#[cfg(feature = "serve")]
use crate::watch;

/// Policies that ferrego compiled, with the server and the audit around them.
///
/// Exit status: 0 if all is well; 1 for objects that are denied; 2 for wrong usage, and for files
/// that cannot be read or are broken.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the policies to an API server, as Gatekeeper's validating webhook does
    ///
    /// The files hold more constraints, Configs, and objects of the cluster that policies read. They
    /// are read again when they change. If they then have errors, the last state stays in force. The
    /// server answers /v1/admit and /v1/admitlabel over HTTPS, and /healthz, /readyz and /metrics
    /// without TLS at another address. It writes a log in JSON to standard error.
    #[cfg(feature = "serve")]
    Serve(Box<Serve>),
    /// Answers the AdmissionReview on standard input
    ///
    /// The answer is an AdmissionReview on standard output. The exit status is 1 if it does not allow
    /// the request.
    #[cfg(feature = "serve")]
    Review(Review),
    /// Judges objects, as ferrego test does
    Test(Test),
    /// Judges all objects of a cluster, and reports every violation
    ///
    /// Constraints apply as in Gatekeeper's audit: by their actions for audit.gatekeeper.sh, without
    /// the namespaces that a Config excludes, and with numbers as a cluster passes them.
    Audit(Audit),
    /// Lists the policies, the constraints, and the files from which the program was built
    List(List),
}

#[cfg(feature = "serve")]
#[derive(Debug, Args)]
struct Serve {
    /// Files or folders with more constraints, Configs and objects (.yaml, .yml, .json, .ndjson)
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    options: ServeOptions,
}

/// The inputs of the commands that judge objects.
#[derive(Debug, Args)]
struct Objects {
    /// Files or folders with objects (.yaml, .yml, .json, .ndjson)
    #[arg(short = 'f', long = "filename", value_name = "PATH", num_args = 1..)]
    files: Vec<PathBuf>,
    /// More files or folders; - is standard input, which is also read if it is a pipe or a file
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    judging: Judging,
    #[command(flatten)]
    budget: BudgetOptions,
    #[command(flatten)]
    size: FileOptions,
    #[command(flatten)]
    external_data: ExternalDataOptions,
}

#[derive(Debug, Args)]
struct Test {
    #[command(flatten)]
    objects: Objects,
    #[command(flatten)]
    numbers: FileNumbers,
}

#[derive(Debug, Args)]
struct Audit {
    #[command(flatten)]
    objects: Objects,
    #[cfg(feature = "serve")]
    #[command(flatten)]
    watching: FileWatchOptions,
    #[command(flatten)]
    numbers: WebhookNumbers,
}

/// Runs the program with the arguments of this process.
pub fn main(contents: &'static Contents) -> ExitCode {
    let version = concat!("(ferrego ", env!("CARGO_PKG_VERSION"), ")");
    let command = Arguments::command().name(contents.name).bin_name(contents.name);
    let matches = command.version(version).try_get_matches();
    let arguments = match matches.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => arguments,
        Err(error) => return output::usage(&error).unwrap_or_else(|failure| failed(&failure)),
    };
    let result = match arguments.command {
        #[cfg(feature = "serve")]
        Command::Serve(command) => serve(contents, command).map(|()| Status::Passed),
        #[cfg(feature = "serve")]
        Command::Review(command) => review::run(contents, &command),
        Command::Test(command) => {
            let numbers = command.numbers.numbers();
            judge(contents, &command.objects, EnforcementPoint::Gator, numbers)
        }
        Command::Audit(command) => audit(contents, &command),
        Command::List(command) => list::run(contents, &command).map(|()| Status::Passed),
    };
    result.map_or_else(|failure| failed(&failure), |status| Exit::from(status).into())
}

fn failed(failure: &Failure) -> ExitCode {
    output::tell(&failure.render());
    Exit::from(Status::Broken).into()
}

/// Judges the objects, prints the report, and shows notices on standard error.
fn judge(
    contents: &Contents,
    objects: &Objects,
    point: EnforcementPoint,
    numbers: Numbers,
) -> Result<Status, Failure> {
    let (inputs, notices) = judge::inputs(objects.paths(), "expected files with objects")?;
    let mut collected = Collected::read(inputs, notices, objects.size.limit())?;
    let set_up = objects.set_up(contents, point, numbers)?(&mut collected)?;
    let judging = &objects.judging;
    judge::run(judging, |lines| judge::report(judging, &collected, &set_up, lines, Vec::new))
}

/// Judges the objects as an audit does, once or until the process is told to stop.
fn audit(contents: &Contents, command: &Audit) -> Result<Status, Failure> {
    let (objects, numbers) = (&command.objects, command.numbers.numbers());
    #[cfg(feature = "serve")]
    if command.watching.watch {
        watch::check_output(&objects.judging)?;
        let status = watch::files::watch(&watch::files::Watching {
            paths: objects.paths(),
            judging: &objects.judging,
            limit: objects.size.limit(),
            interval: command.watching.reload_interval,
            set_up: &objects.set_up(contents, EnforcementPoint::Audit, numbers)?,
        })?;
        return Ok(objects.judging.outcome(status));
    }
    judge(contents, objects, EnforcementPoint::Audit, numbers)
}

impl Objects {
    /// Returns the files and folders.
    fn paths(&self) -> Vec<PathBuf> {
        self.files.iter().chain(&self.paths).cloned().collect()
    }

    /// Returns a function that prepares the judgment by the program and by collected documents.
    ///
    /// # Errors
    /// Returns a failure if the answers for external data cannot be read.
    fn set_up<'c>(
        &self,
        contents: &'c Contents,
        point: EnforcementPoint,
        numbers: Numbers,
    ) -> Result<impl Fn(&mut Collected) -> Result<SetUp, Failure> + use<'c>, Failure> {
        let settings = Settings { point, numbers, limits: self.budget.limits() };
        let host = self.external_data.host(numbers, self.size.limit())?;
        Ok(move |collected: &mut Collected| {
            contents.add_documents(collected);
            let set_up = contents.set_up(collected, settings, host.clone())?;
            Ok(match point {
                EnforcementPoint::Audit => set_up.exempting(collected, Process::Audit),
                _ => set_up,
            })
        })
    }
}

/// Serves until the process is told to stop.
#[cfg(feature = "serve")]
fn serve(contents: &'static Contents, command: Box<Serve>) -> Result<(), Failure> {
    let Serve { paths, options } = *command;
    let (settings, limit) = (options.settings(), options.size.limit());
    let (files, allows_empty) = (paths.clone(), options.allow_empty);
    let load = move |client: &_| load(contents, &files, settings, client, limit, allows_empty);
    let _log = Log::start()?;
    serve::run(&options, paths, Box::new(load))
}

/// Loads the state of a server from the program and from files.
#[cfg(feature = "serve")]
pub(crate) fn load(
    contents: &Contents,
    paths: &[PathBuf],
    settings: Settings,
    client: &Arc<ProviderClient>,
    limit: u64,
    allows_empty: bool,
) -> Result<Loaded, Failure> {
    let (inputs, notices) = ferrego_gatekeeper::documents::find(paths);
    let mut collected = Collected::read(inputs, notices, limit)?;
    contents.add_documents(&mut collected);
    let providers = serve::providers(client, &mut collected);
    let set_up = contents.set_up(&mut collected, settings, Some(serve::host(&providers)))?;
    let notices = std::mem::take(&mut collected.notices);
    Loaded::new(&collected, set_up, providers, notices, allows_empty)
}
