//! The command line: an arm per subcommand.
use clap::{Parser, Subcommand};
use clientele::{cli, config::Config, infra::web::permissions::Role};
use std::process::ExitCode;

/// Gives memory back to the system soon after its last use, where the C library's own keeps what a burst of requests has taken.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Customer management: a console for staff, a portal for their customers, an API for programs.
#[derive(Parser)]
#[command(version, after_help = cli::settings_help())]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the console and the portal (what happens without a command too)
    Serve {
        /// Fill an empty database with the demo world first
        #[arg(long)]
        demo: bool,
        /// How many customers the demo world has
        #[arg(long, default_value_t = 10_000, requires = "demo")]
        customers: usize,
    },
    /// Do background work beside a server, on this machine or another: any number of them share it
    Worker,
    /// Bring the database to this version's schema
    Migrate,
    /// Fill an empty database with a believable world, and print who can sign in
    Demo {
        /// How many customers it has, over both tenants
        #[arg(long, default_value_t = 10_000)]
        customers: usize,
    },
    /// Customers
    Customer {
        #[command(subcommand)]
        command: CustomerCommand,
    },
    /// The index that the search page looks into
    Search {
        #[command(subcommand)]
        command: SearchCommand,
    },
    /// Find stored phone numbers that can't be: a line for each, with its tenant, its record and the reason
    CheckPhones,
    /// Prove that tenants are kept apart: two throw-away tenants, every table and every route, a line per try
    IsolationCheck,
    /// Accounts
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
}

#[derive(Subcommand)]
enum CustomerCommand {
    /// Bring a customer back from the document that its page offers under "Download everything"
    Import {
        /// The tenant's short name (acme)
        #[arg(long)]
        tenant: String,
        file: std::path::PathBuf,
    },
}

#[derive(Subcommand)]
enum SearchCommand {
    /// Make the index anew from the records: nothing is lost by it, and searches go on meanwhile
    Rebuild,
}

#[derive(Subcommand)]
enum UserCommand {
    /// Make an account for a member of staff or a platform admin; the password is read from standard input
    Create {
        /// The tenant's short name (acme); made if there is none. Leave it out for a platform admin
        #[arg(long)]
        tenant: Option<String>,
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
        /// platform_admin, tenant_admin, agent or customer_success; give it several times for several
        #[arg(long, required = true)]
        role: Vec<Role>,
    },
}

fn main() -> ExitCode {
    let command = Cli::parse().command.unwrap_or(Command::Serve { demo: false, customers: 0 });
    let outcome = Config::load().map_err(anyhow::Error::from).and_then(|config| {
        cli::start_logging(&config)?;
        match command {
            Command::Serve { demo, customers } => cli::serve(&config, demo.then_some(customers)),
            Command::Worker => cli::worker(&config),
            Command::Migrate => cli::migrate(&config),
            Command::Demo { customers } => cli::demo(&config, customers),
            Command::Customer { command: CustomerCommand::Import { tenant, file } } => {
                cli::import_customer(&config, &tenant, &file)
            }
            Command::Search { command: SearchCommand::Rebuild } => cli::rebuild_search(&config),
            Command::CheckPhones => cli::check_phones(&config),
            Command::IsolationCheck => cli::isolation_check(&config),
            Command::User { command: UserCommand::Create { tenant, email, name, role } } => {
                cli::create_user(&config, tenant.as_deref(), &email, &name, &role)
            }
        }
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("clientele: {error:#}");
            ExitCode::FAILURE
        }
    }
}
