import Checkpoint
import Evaluation
import Interchange
import Kernels
import KoQuant
import Reference

/// The sentences that go through a checkpoint while it is converted, tokenized by the checkpoint's tokenizer.
struct ConversionTexts {
  let probes: [[UInt8]]
  /// Tokens of each probe.
  let probeSequences: [[UInt32]]
  let calibrationSequences: [[UInt32]]

  init(_ checkpoint: Checkpoint, _ calibration: Calibration, _ recipe: Recipe) throws {
    let settings = try AlignedBuffer(copying: checkpoint.tokenizer.encodeSettings())
    let vocabulary = try AlignedBuffer(copying: checkpoint.tokenizer.encodeVocabulary())
    let tokenizer = try Tokenizer(
      settings: UnsafeRawBufferPointer(settings.bytes), vocabulary: UnsafeRawBufferPointer(vocabulary.bytes))
    var encoding = Encoding()
    func tokens(_ text: [UInt8]) -> [UInt32] {
      text.withUnsafeBufferPointer {
        tokenizer.encode($0, maximumTokens: checkpoint.configuration.maximumTokens, into: &encoding)
      }
      return encoding.ids
    }
    probes = ProbeSentences.all.map { Array($0.utf8) }
    probeSequences = probes.map(tokens)
    let all = calibration.sentences.map(tokens)
    let count = all.reduce(0) { $0 + $1.count }
    let step = max(1, (count + recipe.calibrationTokens - 1) / recipe.calibrationTokens)
    calibrationSequences = stride(from: 0, to: all.count, by: step).map { all[$0] }
    // The tokenizer reads both in place.
    withExtendedLifetime((settings, vocabulary)) {}
  }
}

extension AlignedBuffer {
  convenience init(copying bytes: [UInt8]) throws(SystemError) {
    try self.init(byteCount: bytes.count, zeroed: false)
    self.bytes.copyBytes(from: bytes)
  }
}

/// Sentences on their way through a checkpoint, a layer at a time: the probes through both encoders, those for
/// calibration behind them through the fp32 one alone.
struct ConversionRun {
  /// The drift after each layer, the embeddings first.
  private(set) var layers: [LayerDrift] = []
  let reference: ReferenceEncoder
  private let texts: ConversionTexts
  private let encoder: Encoder
  private let pool: ThreadPool
  private let batch: PackedBatch
  private let statistics: LayerStatistics
  private let configuration: ModelConfiguration

  init(
    _ texts: ConversionTexts, _ configuration: ModelConfiguration, recipe: Recipe, kernels: KernelTable,
    pool: ThreadPool
  ) throws {
    self.texts = texts
    self.configuration = configuration
    self.pool = pool
    var batch = PackedBatch()
    for sequence in texts.probeSequences { batch.append(sequence) }
    self.batch = batch
    reference = try ReferenceEncoder(
      configuration, sequences: texts.probeSequences + texts.calibrationSequences, kernels: kernels,
      pool: pool)
    statistics = try LayerStatistics(
      configuration, skippedTokens: batch.tokens.count,
      tokens: texts.calibrationSequences.reduce(0) { $0 + $1.count }, recipe: recipe, kernels: kernels,
      pool: pool)
    encoder = try Encoder(
      configuration: configuration, kernels: kernels, capacity: batch.tokens.count, threads: pool.threads)
  }

  /// The reference has taken its embeddings already, while the tables were read.
  mutating func begin(_ embeddings: QuantizedEmbeddings) {
    encoder.begin(
      batch, tables: embeddings.encoderTables, words: .memory(UnsafePointer(embeddings.words.start())),
      pool: pool)
    withExtendedLifetime(embeddings) {}
    compare()
  }

  /// Takes the fp32 encoder through a layer and returns what went into its matrices; valid until the next layer.
  func advanceReference(_ weights: LayerWeights) throws -> LayerStatistics {
    statistics.beginLayer()
    try reference.advance(weights) { statistics.add($0) }
    try statistics.endLayer()
    return statistics
  }

  /// Takes the int8 encoder through the same layer.
  mutating func advance(_ layer: QuantizedLayer) {
    encoder.advance(batch, layer: layer.encoderLayer, pool: pool)
    withExtendedLifetime(layer) {}
    compare()
  }

  func finish() throws -> (probes: Probes, drift: Drift) {
    let size = configuration.hiddenSize
    let all = reference.vectors()
    guard
      let expected = FloatMatrix(
        rows: batch.sequences, columns: size, values: Array(all.values.prefix(batch.sequences * size)))
    else { throw DriftError.noTexts }
    var vectors = FloatMatrix(rows: batch.sequences, columns: size)
    vectors.values.withUnsafeMutableBufferPointer { vectors in
      if let start = vectors.baseAddress { encoder.finish(batch, normalize: false, into: start, pool: pool) }
    }
    let drift = try Drift(vectors, reference: expected)
    let probes = texts.probes.indices.map { index in
      Probes.Probe(
        text: texts.probes[index], ids: texts.probeSequences[index], vector: Array(expected[index]))
    }
    return (Probes(dimension: size, limits: drift.limits, probes: probes), drift)
  }

  private mutating func compare() {
    var drift = LayerDrift(layers: layers.count)
    let all = reference.states
    let tokens = batch.tokens.count
    func probes(_ values: UnsafePointer<Float>?) -> HiddenStates {
      HiddenStates(
        values: UnsafeBufferPointer(start: values, count: tokens * all.stride), stride: all.stride,
        channels: all.channels, starts: batch.starts)
    }
    drift.add(probes(encoder.hidden), reference: probes(all.values.baseAddress))
    layers.append(drift)
  }
}

extension Drift {
  /// How far a device's vectors may be from the reference. They should be exactly as far as these, since the
  /// bits are the same everywhere; the quarter more is for readers of the file that do not keep that contract.
  fileprivate var limits: Probes.DriftLimits {
    func relaxed(_ cosine: Double) -> Float { Float(max(-1, 1 - 1.25 * (1 - cosine) - 1e-6)) }
    return Probes.DriftLimits(
      meanCosine: relaxed(cosine.mean), minimumCosine: relaxed(cosine.minimum),
      maximumAbsolute: Float(1.25 * maximumAbsolute))
  }
}
