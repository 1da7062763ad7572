import ArgumentParser
import Checkpoint
import Conversion
import Interchange
import KoQuant

struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Turn a Hugging Face checkpoint into a .koq file.",
    discussion: """
      CHECKPOINT_DIR is a folder as the hub gives it: config.json, model.safetensors (also in shards) or \
      pytorch_model.bin, tokenizer.json or vocab.txt, and where present modules.json, 1_Pooling/config.json and \
      sentence_bert_config.json. RobertaModel and BertModel with WordPiece are supported. Nothing in the \
      checkpoint is executed.

      The file appears when it is whole; after an error, what was there before is still there. The same \
      checkpoint and options give the same file, byte for byte.

      --compression zstd makes the file smaller; it is decoded when it is opened. --compression stored makes \
      a file that is used in place from the page cache, shared between processes.
      """)

  enum CompressionName: String, ExpressibleByArgument, CaseIterable {
    case zstd, stored
  }

  enum RecipeName: String, ExpressibleByArgument, CaseIterable {
    case fast, balanced, best

    var recipe: Recipe.Name {
      switch self {
      case .fast: .fast
      case .balanced: .balanced
      case .best: .best
      }
    }
  }

  @Argument(help: ArgumentHelp("The checkpoint.", valueName: "checkpoint_dir"), completion: .directory)
  var checkpoint: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file.koq"))
  var output: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How much work goes into accuracy.",
      discussion: """
        fast rounds weights to the nearest step. balanced feeds rounding errors back into the weights that are \
        rounded later, and gives activations several scales per token where that is cheap: up to 5 % of speed. \
        best spends up to 10 % of speed on such scales, gives weights as many, and makes a file about 3 % larger.
        """))
  var recipe = RecipeName.balanced

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Text on which activations are observed, a sentence a line: some hundred like those to be embedded.",
      discussion: "Without it, Korean and English sentences that come with the program.", valueName: "file"))
  var calibration: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write what was chosen for each matrix, and what came of it, as JSON.", valueName: "file"))
  var report: String?

  @Flag(name: .long, help: "Print what was chosen for each matrix.")
  var verbose = false

  @Option(name: .long, help: "How sections are stored.")
  var compression = CompressionName.zstd

  @Option(
    name: .long,
    help: "Level of zstd for int8 tensors, 1 to 22; high ones gain nothing there. The rest takes at least 19."
  )
  var level: Int32 = 3

  @Option(name: .long, help: "Threads that compute. (default: all that this process may use)")
  var threads: Int?

  func validate() throws {
    try requireFileName(output, for: "--output")
    try requireFileName(report, for: "--report")
    if calibration?.isEmpty == true { throw ValidationError("--calibration takes the name of a file.") }
    guard (1...22).contains(level) else { throw ValidationError("--level takes a number from 1 to 22.") }
    try requireThreads(threads.map { [$0] } ?? [])
  }

  func run() throws {
    try reportingFailures {
      let clock = ContinuousClock()
      let start = clock.now
      let source = try Checkpoint(path: checkpoint)
      try refuse(output, asReplacementOf: source.sourceFiles.map(\.path) + [calibration].compactMap { $0 })
      let reportFile = try report.map { try openReport($0, besides: source) }
      let terminal = Terminal.standardError
      for note in source.notes { terminal.line("koquant: note: \(note)") }
      let options = Converter.Options(
        compression: compression == .stored ? .stored : .zstd(level: level), recipe: recipe.recipe,
        calibration: try calibration.map { try Calibration(path: $0) } ?? .builtIn, threads: threads)
      defer { terminal.clearStatus() }
      let result = try Converter.convert(source, to: output, options: options) { progress in
        terminal.status("converting: \(progress.step) of \(progress.total), \(progress.what)")
      }
      terminal.clearStatus()
      let details = RecipeReport(report: result)
      if let reportFile {
        try details.json.withUnsafeBytes { try reportFile.write($0, at: 0) }
        try reportFile.commit()
      }
      if verbose { terminal.line(details.table) }
      terminal.line(summary(result, source, clock.now - start))
    }
  }

  /// Opened before the conversion, so that a path that cannot be written is noticed at once.
  private func openReport(_ path: String, besides source: Checkpoint) throws -> AtomicFileWriter {
    if path == output { throw ValidationError("--report and --output take different files.") }
    try refuse(path, asReplacementOf: source.sourceFiles.map(\.path) + [calibration].compactMap { $0 })
    return try AtomicFileWriter(path: path)
  }

  private func summary(_ report: ConversionReport, _ source: Checkpoint, _ time: Duration) -> String {
    let configuration = source.configuration
    let size = report.fileBytes
    let ratio = Double(report.sourceBytes) / Double(max(size, 1))
    var lines = [
      "\(output): \(configuration.layers) layers x \(configuration.hiddenSize), "
        + "\(configuration.vocabularySize) tokens, \(report.summary.sections.count) sections",
      "size           \(megabytes(report.sourceBytes)) -> \(megabytes(UInt64(size))), \(ratio.decimals(2)) to 1",
    ]
    lines.append(
      "recipe         \(report.recipe.rawValue), calibrated on \(report.calibration.count) sentences "
        + "(\(report.calibration.source))")
    let ignored = source.ignoredTensors
    if !ignored.isEmpty {
      let names =
        ignored.prefix(3).map { printable($0.name) }.joined(separator: ", ")
        + (ignored.count > 3 ? ", …" : "")
      lines.append("left out       \(ignored.count) tensors that embeddings do not need: \(names)")
    }
    if let worst = report.worstMatrix {
      lines.append("worst matrix   \(worst.name), \(worst.signalToNoise.decimals(1)) dB")
    }
    let cosine = report.drift.cosine
    lines.append(
      "drift          cosine to fp32 on \(report.probes) probes: mean \(cosine.mean.decimals(5)), "
        + "min \(cosine.minimum.decimals(5))")
    lines.append("time           \(time.seconds.decimals(1)) s")
    return lines.joined(separator: "\n")
  }
}
