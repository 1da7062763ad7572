import Evaluation
import Interchange
import KoQuant
import Reference

/// Texts on their way through the int8 and the fp32 encoder, side by side.
final class DriftRun {
  /// Tokens whose hidden states after all layers are held at a time.
  private static let tokensPerPass = 8192

  /// The drift after each layer, the embeddings first.
  private(set) var layers: [LayerDrift]
  var matrices: [MatrixDrift] { meter.matrices }
  private let model: EmbeddingModel
  private let reference: FloatReference
  private let totalTokens: Int
  private var meter: MatrixDriftMeter
  private var vectors = FloatMatrix(rows: 0, columns: 0)
  private var expected = FloatMatrix(rows: 0, columns: 0)

  /// - Parameter tokens: of all texts that will be compared.
  init(_ model: EmbeddingModel, _ reference: FloatReference, tokens: Int) throws {
    self.model = model
    self.reference = reference
    totalTokens = tokens
    layers = (0...model.configuration.layers).map { LayerDrift(layers: $0) }
    meter = try MatrixDriftMeter(model, tokens: tokens, pool: reference.pool)
  }

  func drift() throws -> Drift { try Drift(vectors, reference: expected) }

  /// Runs both encoders over token sequences, some at a time.
  func compare(_ sequences: [[UInt32]], session: inout EmbeddingSession) throws {
    let terminal = Terminal.standardError
    defer { terminal.clearStatus() }
    var done = 0
    for piece in Self.pieces(of: sequences) {
      terminal.status("comparing: \(100 * done / max(totalTokens, 1)) % of \(sequences.count) texts")
      try compare(Array(piece), &session)
      done += piece.reduce(0) { $0 + $1.count }
    }
  }

  /// The hidden states of the int8 encoder are kept, and compared as the fp32 ones come.
  private func compare(_ piece: [[UInt32]], _ session: inout EmbeddingSession) throws {
    var states = [[Float]](repeating: [], count: layers.count)
    vectors.append(
      try model.vectors(piece, session: &session) { layer, _, hidden in
        states[layer].append(contentsOf: hidden.values)
      })
    expected.append(
      try reference.vectors(piece, observe: { self.meter.add(layer: $0, $1, $2) }) { layer, reference in
        states[layer].withUnsafeBufferPointer { values in
          self.layers[layer].add(
            HiddenStates(
              values: values, stride: reference.stride, channels: reference.channels, starts: reference.starts
            ),
            reference: reference)
        }
      })
  }

  private static func pieces(of sequences: [[UInt32]]) -> [ArraySlice<[UInt32]>] {
    var result: [ArraySlice<[UInt32]>] = []
    var (first, tokens) = (0, 0)
    for (index, sequence) in sequences.enumerated() {
      if tokens + sequence.count > tokensPerPass, index > first {
        result.append(sequences[first..<index])
        (first, tokens) = (index, 0)
      }
      tokens += sequence.count
    }
    return result + [sequences[first...]]
  }
}
