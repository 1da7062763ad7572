/// Sentences on which the converter observes the activations of a checkpoint when it is given no text: news, support,
/// reviews, captions, instructions, talk and proverbs, short and long. Written for this project; none is a probe.
enum CalibrationSentences {
  static let all = korean + english
}
