import ArgumentParser
import KoQuant

/// The model of the commands that take it as their argument.
struct ModelArgument: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The model: a file, or a name from `koquant models`. (default: the first of `koquant models`)",
      valueName: "file.koq"),
    completion: .file(extensions: ["koq"]))
  var file: String?

  /// The file to open, found in the library when none was named.
  func path() throws(Failure) -> String { try ModelLibrary.path(of: file) }
}
