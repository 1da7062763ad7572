import ArgumentParser
import KoQuant

/// Options that say where the weights are and how much memory the process may have.
struct MemoryOptions: ParsableArguments {
  /// What `--max-memory` was given.
  enum Ceiling: ExpressibleByArgument {
    case bytes(Int)
    /// What the container allows or the machine has left.
    case automatic

    init?(argument: String) {
      if argument == "auto" {
        self = .automatic
      } else if let bytes = ByteCount.parse(argument.utf8) {
        self = .bytes(bytes)
      } else {
        return nil
      }
    }
  }

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Ceiling for the process, such as 48MiB or 1GiB; auto is what the container allows or the machine has left.",
      discussion: """
        What cannot be kept is refused before anything is loaded; see `koquant plan`. A line of text may have a \
        sixteenth of what the plan leaves, at least 16 KiB.
        """,
      valueName: "size"))
  var maxMemory: Ceiling?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where the weights are: mapped in place, resident, or streamed from the file. (default: mapped for stored "
        + "files, resident for compressed ones, or what a ceiling allows)",
      valueName: "residency"))
  var residency: Residency?

  /// The ceiling in bytes, nil without one.
  func ceiling() throws -> Int? {
    switch maxMemory {
    case nil: return nil
    case .bytes(let bytes): return bytes
    case .automatic:
      guard let available = SystemCalls.live.availableMemory() else {
        throw Failure(
          ExitStatus.usage, "the system does not tell how much memory there is; give --max-memory a size")
      }
      return available
    }
  }

  /// The plan by which `file` is run.
  ///
  /// - Parameter ceiling: `ceiling()`; asked once, as what is left changes from moment to moment.
  func plan(_ file: KoqFile, _ compute: ComputeOptions, ceiling: Int?) throws -> MemoryPlan {
    try MemoryPlan.make(
      file,
      MemoryPlan.Request(
        ceiling: ceiling, residency: residency, threads: compute.threads, batchTokens: compute.batchTokens))
  }
}

extension Residency: ExpressibleByArgument {
  public init?(argument: String) {
    guard let value = Self.allCases.first(where: { $0.name.description == argument }) else { return nil }
    self = value
  }

  public static var allValueStrings: [String] { allCases.map(\.name.description) }
}
