import ArgumentParser
import Evaluation
import Interchange
import KoQuant

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure a model on semantic textual similarity, the eight figures of model cards.",
    discussion: """
      Embeds both sentences of every pair in FILE and correlates the similarity of their vectors with the scores \
      that people gave: cosine, Euclidean, Manhattan and dot product, each by Pearson and Spearman, times 100. They \
      equal those of EmbeddingSimilarityEvaluator in sentence-transformers.

      With --reference, the same in fp32 from the checkpoint, and what int8 changes, with a 95 % interval from a \
      paired bootstrap over the pairs. The draws have a fixed seed: the same input prints the same numbers.

      FILE is tab-separated with the columns score, sentence1 and sentence2 named in its first line (KorSTS, GLUE), \
      tab-separated without names as STS-B comes (columns 5, 6 and 7), or JSON lines with the keys score, sentence1 \
      and sentence2. Quotation marks have no meaning in tab-separated files.

        koquant evaluate ko-sroberta.koq --reference ko-sroberta-multitask --sts sts-test.tsv
      """)

  @OptionGroup var model: ModelArgument

  @Option(
    name: .long, help: ArgumentHelp("Scored pairs of sentences; - for standard input.", valueName: "file"),
    completion: .file())
  var sts: String

  @Option(name: .long, help: "How FILE is laid out. (default: told from its first line)")
  var layout: ScoredPairReader.Layout?

  @Option(
    name: .long,
    help: ArgumentHelp("The checkpoint that the model file was converted from.", valueName: "checkpoint_dir"),
    completion: .directory)
  var reference: String?

  @Option(name: .long, help: "Draws of the bootstrap.")
  var resamples = Bootstrap.defaultResamples

  @Flag(name: .long, help: "Print one JSON object instead of a table.")
  var json = false

  @OptionGroup var compute: ComputeOptions

  func validate() throws {
    guard (100...1_000_000).contains(resamples) else {
      throw ValidationError("--resamples takes a number from 100 to 1000000.")
    }
  }

  func run() throws {
    try reportingFailures {
      let file = try model.path()
      let model = try EmbeddingModel(path: file)
      let (pairs, layout) = try readPairs()
      let sequences = pairs.flatMap { [model.tokens($0.first), model.tokens($0.second)] }
      let terminal = Terminal.standardError
      defer { terminal.clearStatus() }

      let reference = try reference.map { try FloatReference(path: $0, of: model, threads: compute.threads) }
      var session = try compute.session(model)
      let int8 = try similarities(sequences, "int8") { try model.vectors($0, session: &session) }
      let fp32 = try reference.map { reference in
        try similarities(sequences, "fp32") { try reference.vectors($0) }
      }
      let scores = pairs.map(\.score)
      let bootstrap = Bootstrap(resamples: resamples)
      let intervals = fp32.map { fp32 in
        bootstrap.intervals(int8, fp32, scores: scores) { done in
          terminal.status("bootstrap: \(done) of \(resamples) draws")
        }
      }
      terminal.clearStatus()
      let report = SimilarityReport(
        file: file, sts: sts, layout: layout, scores: scores, int8: int8, fp32: fp32, bootstrap: bootstrap,
        intervals: intervals ?? [:])
      try Terminal.standardOutput.write(json ? report.json() : report.table())
    }
  }

  private func readPairs() throws -> (pairs: [ScoredPair], layout: ScoredPairReader.Layout) {
    var source = try TextSource(path: sts)
    let name = source.name
    var reader = ScoredPairReader(layout: layout)
    var line: [UInt8] = []
    do {
      while try source.next(&line) { try reader.add(line) }
      return (try reader.finish(), reader.layout ?? .korsts)
    } catch let error as ScoredPairError {
      throw Failure(ExitStatus.badData, "\(name)\(error.line == nil ? ":" : ",") \(error)")
    }
  }

  /// Embeds the sentences of all pairs.
  private func similarities(
    _ sequences: [[UInt32]], _ what: String, _ encode: ([[UInt32]]) throws -> FloatMatrix
  ) throws -> PairSimilarities {
    let vectors = try encodeWithProgress(sequences, what, encode)
    if let row = vectors.firstRowNotFinite {
      throw Failure(
        ExitStatus.badData,
        "\(sts): pair \(row / 2 + 1) has no finite \(what) vector; the model's weights are broken")
    }
    return PairSimilarities(vectors)
  }
}

extension ScoredPairReader.Layout: ExpressibleByArgument {}
