import Checkpoint
import Evaluation
import Kernels
import KoQuant
import Reference

/// The probe sentences, tokenized by the checkpoint's tokenizer.
struct ProbeTexts {
  let texts: [[UInt8]]
  let sequences: [[UInt32]]

  init(_ checkpoint: Checkpoint) throws {
    let settings = try AlignedBuffer(copying: checkpoint.tokenizer.encodeSettings())
    let vocabulary = try AlignedBuffer(copying: checkpoint.tokenizer.encodeVocabulary())
    texts = ProbeSentences.all.map { Array($0.utf8) }
    let tokenizer = try Tokenizer(
      settings: UnsafeRawBufferPointer(settings.bytes), vocabulary: UnsafeRawBufferPointer(vocabulary.bytes))
    var encoding = Encoding()
    var sequences: [[UInt32]] = []
    for text in texts {
      text.withUnsafeBufferPointer {
        tokenizer.encode($0, maximumTokens: checkpoint.configuration.maximumTokens, into: &encoding)
      }
      sequences.append(encoding.ids)
    }
    self.sequences = sequences
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

/// The probes on their way through both encoders, a layer at a time.
struct ProbeRun {
  /// The drift after each layer, the embeddings first.
  private(set) var layers: [LayerDrift] = []
  let reference: ReferenceEncoder
  private let texts: ProbeTexts
  private let encoder: Encoder
  private let pool: ThreadPool
  private let batch: PackedBatch
  private let configuration: ModelConfiguration

  init(
    _ texts: ProbeTexts, _ configuration: ModelConfiguration, kernels: KernelTable, pool: ThreadPool
  ) throws {
    self.texts = texts
    self.configuration = configuration
    self.pool = pool
    var batch = PackedBatch()
    for sequence in texts.sequences { batch.append(sequence) }
    self.batch = batch
    reference = try ReferenceEncoder(configuration, sequences: texts.sequences, kernels: kernels, pool: pool)
    encoder = try Encoder(
      configuration: configuration, kernels: kernels, capacity: batch.tokens.count, threads: pool.threads)
  }

  /// The reference has taken its embeddings already, while the tables were read.
  mutating func begin(_ embeddings: QuantizedEmbeddings) {
    encoder.begin(batch, weights: embeddings.encoderEmbeddings, pool: pool)
    withExtendedLifetime(embeddings) {}
    compare()
  }

  mutating func advance(_ weights: LayerWeights, _ layer: QuantizedLayer) throws {
    try reference.advance(weights)
    encoder.advance(batch, layer: layer.encoderLayer, pool: pool)
    withExtendedLifetime(layer) {}
    compare()
  }

  func finish() throws -> (probes: Probes, drift: Drift) {
    let size = configuration.hiddenSize
    let expected = reference.vectors()
    var vectors = FloatMatrix(rows: batch.sequences, columns: size)
    vectors.values.withUnsafeMutableBufferPointer { vectors in
      if let start = vectors.baseAddress { encoder.finish(batch, normalize: false, into: start) }
    }
    let drift = try Drift(vectors, reference: expected)
    let probes = texts.texts.indices.map { index in
      Probes.Probe(text: texts.texts[index], ids: texts.sequences[index], vector: Array(expected[index]))
    }
    return (Probes(dimension: size, limits: drift.limits, probes: probes), drift)
  }

  private mutating func compare() {
    var drift = LayerDrift(layers: layers.count)
    let states = reference.states
    let actual = HiddenStates(
      values: UnsafeBufferPointer(start: encoder.hidden, count: states.tokens * states.stride),
      stride: states.stride, channels: states.channels, starts: states.starts)
    drift.add(actual, reference: states)
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
