import Evaluation
import KoQuant

/// What became of a checkpoint.
public struct ConversionReport: Sendable {
  /// What was chosen for a matrix, and what came of it on some of the calibration tokens.
  public struct Matrix: Sendable {
    public var name: String
    public var inputs: Int
    public var outputs: Int
    /// α of the balance between activations and weights.
    public var balanceExponent: Float
    /// Input channels per activation scale; nil for one scale per token.
    public var groupSize: Int?
    /// Whether weights were rounded with error feedback.
    public var usesErrorFeedback: Bool
    /// Outputs to their errors, in decibels.
    public var signalToNoise: Double
    /// The same with weights rounded to the nearest, no balance and one scale per token.
    public var plainSignalToNoise: Double
  }

  /// Bytes of all files of the checkpoint that were read.
  public var sourceBytes: UInt64
  public var summary: KoqWriter.Summary
  public var recipe: Recipe.Name
  public var calibration: Calibration
  /// |W - scale * Q| / |W| of the word embeddings, Frobenius norms.
  public var wordError: Double
  public var matrices: [Matrix]
  /// Drift of the hidden states on the probes, the embeddings first.
  public var layers: [LayerDrift]
  /// Drift of the vectors on the probes.
  public var drift: Drift
  /// Number of probes.
  public var probes: Int

  /// Bytes of the file.
  public var fileBytes: Int { summary.header.totalLength }
  public var worstMatrix: Matrix? { matrices.min { $0.signalToNoise < $1.signalToNoise } }
}
