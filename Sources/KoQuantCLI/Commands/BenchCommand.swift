import ArgumentParser
import DeviceBenchmark
import KoQuant

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure how fast a model runs on this device, beside what the device can do at most.",
    discussion: """
      Measures two ceilings of the device: multiply-adds per second of the int8 product instructions with nothing \
      else to do, and bytes per second that the processor reads from memory. Then the latency of single texts and \
      the throughput of batches, with one thread and with all, each as a share of the ceiling of the same moment. \
      Single texts also beside their roofline, the least time that the ceilings allow: the longer of reading the \
      weights once and of computing the products. And memory after each step.

      GMAC/s are billions of multiply-adds per second of the matrix products, linear layers and attention. All \
      figures are medians over rounds in which everything has its turn. Texts are random tokens: tokenizing is not \
      measured. Anything else that runs at the same time shows in the figures.

        koquant bench
        koquant bench model.koq --quick
        koquant bench model.koq --threads 1 --lengths 16,128 --batches 8x64 --json

      KOQUANT_ISA=NAME measures other kernels (`koquant cpu`).
      """)

  @OptionGroup var model: ModelArgument

  @Flag(name: .long, help: "The same as --seconds 8.")
  var quick = false

  @Option(
    name: .long,
    help:
      "Seconds to go on for after the first passes; what takes over a quarter of it is left out. (default: 36)"
  )
  var seconds: Int?

  @Option(
    name: .long,
    help: ArgumentHelp("Numbers of threads. (default: 1 and all that this process may use)", valueName: "n,…")
  )
  var threads: CountList?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Tokens of the single texts, or none. (default: 16,32,64,128, as far as the model takes them)",
      valueName: "n,…")
  )
  var lengths: CountList?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Batches, texts x tokens, or none. (default: 8x32,32x32,32x128, as far as the model takes them)",
      valueName: "nxn,…"))
  var batches: BatchList?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where the weights are: mapped in place, resident, or streamed from the file. (default: mapped for stored "
        + "files, else resident)", valueName: "residency"))
  var residency: Residency?

  @Flag(name: .long, help: "Print one JSON object: seconds, bytes and multiply-adds per second.")
  var json = false

  func validate() throws {
    if threads?.values.isEmpty == true { throw ValidationError("--threads takes at least one number.") }
    try requireThreads(threads?.values ?? [])
    if let seconds, !(1...3600).contains(seconds) {
      throw ValidationError("--seconds takes a number from 1 to 3600.")
    }
    if quick && seconds != nil { throw ValidationError("--quick and --seconds exclude one another.") }
    if lengths?.values.isEmpty == true && batches?.values.isEmpty == true {
      throw ValidationError("--lengths none and --batches none leave nothing to measure.")
    }
    if let most = batches?.values.map({ $0.texts * $0.tokens }).max(), most > 1_048_576 {
      throw ValidationError("--batches takes at most 1048576 tokens in a batch.")
    }
  }

  func run() throws {
    try reportingFailures {
      let path = try model.path()
      let file = try KoqFile(path: path, access: .read)
      let points = try points(file)
      let benchmark = DeviceBenchmark(
        .init(
          residency: residency, threads: threads?.values ?? Array(Set([1, ThreadPool.defaultThreads()])),
          points: points, seconds: Double(seconds ?? (quick ? 8 : 36))))
      let terminal = Terminal.standardError
      defer { terminal.clearStatus() }
      let result = try benchmark.run(file) { terminal.status("bench: \($0)") }
      terminal.clearStatus()
      let report = DeviceReport(file: path, result: result)
      try Terminal.standardOutput.write(json ? report.json() : report.table())
    }
  }

  /// What is to be measured; lengths that were asked for and that the model does not take are an error.
  private func points(_ file: KoqFile) throws -> [BenchmarkPoint] {
    let most = try file.configuration().maximumTokens
    let asked = (lengths?.values ?? []) + (batches?.values.map(\.tokens) ?? [])
    if let tooLong = asked.first(where: { $0 > most }) {
      throw Failure(ExitStatus.usage, "texts of \(tooLong) tokens, but \(file.path) takes \(most) at most")
    }
    let singles = lengths?.values ?? [16, 32, 64, 128].filter { $0 <= most }
    let usual = [(8, 32), (32, 32), (32, 128)].map { BenchmarkPoint(texts: $0, tokens: $1) }
    let batches = batches?.values ?? usual.filter { $0.tokens <= most }
    return singles.map { BenchmarkPoint(texts: 1, tokens: $0) } + batches
  }
}

/// Numbers from 1 up with commas between them, in ascending order; or "none".
struct CountList: ExpressibleByArgument {
  var values: [Int] = []

  init?(argument: String) {
    if argument == "none" { return }
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard numbers.allSatisfy({ (1...1_048_576).contains($0) }) else { return nil }
    values = Set(numbers).sorted()
  }
}

/// Batches such as 32x128 with commas between them; or "none".
struct BatchList: ExpressibleByArgument {
  var values: [BenchmarkPoint] = []

  init?(argument: String) {
    if argument == "none" { return }
    for batch in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let numbers = batch.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
      guard numbers.count == 2, numbers.allSatisfy({ (1...1_048_576).contains($0) }) else { return nil }
      let point = BenchmarkPoint(texts: numbers[0], tokens: numbers[1])
      if !values.contains(point) { values.append(point) }
    }
  }
}

extension DeviceBenchmark.Progress: CustomStringConvertible {
  public var description: String {
    switch self {
    case .opening: "opening the model"
    case .firstPass(let point): "first pass, \(point.texts) x \(point.tokens) tokens"
    case .round(let number, let threads, let point):
      "round \(number), \(threads) thread\(threads == 1 ? "" : "s"), \(point.texts) x \(point.tokens) tokens"
    }
  }
}
