/**
 * The commonest passwords of published breach lists that pass the length rule, in lower case. A list of this size
 * stops what a guesser tries before the lock-out; longer ones belong to a breach service.
 */
export const commonPasswords: ReadonlySet<string> = new Set(
  (
    '12345678 123456789 1234567890 12345678910 11111111 111111111 00000000 87654321 0987654321 9876543210 88888888 ' +
    '99999999 55555555 66666666 77777777 22222222 12341234 12344321 11223344 1122334455 123123123 12121212 ' +
    '147258369 789456123 987654321 123321123 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qaz2wsx3edc zaq12wsx q1w2e3r4 qwer1234 ' +
    'qwerty12 qwerty123 qwerty1234 qwertyui qwertyuiop asdfghjk asdfghjkl zxcvbnm1 1qazxsw2 qazwsxedc abcd1234 ' +
    'abc12345 abcdefgh abcdefg1 a1234567 a12345678 aa123456 aa12345678 password passw0rd p@ssw0rd p@ssword ' +
    'password1 password12 password123 password1234 passwort passwort1 pass1234 mypassword changeme letmein1 ' +
    'welcome1 welcome123 iloveyou iloveyou1 sunshine sunshine1 princess princess1 football football1 baseball ' +
    'baseball1 basketball superman superman1 starwars trustno1 whatever computer michelle jennifer charlie1 ' +
    'corvette mercedes maverick midnight jordan23 liverpool liverpool1 chelsea1 arsenal1 manchester dragon12 ' +
    'monkey12 master12 samantha veronica victoria danielle internet samsung1 pokemon1 minecraft fuckyou1 ' +
    'asdf1234 test1234 testtest administrator admin123 admin1234 root1234 secret12 secret123 casino123 jackpot1 ' +
    'jackpot777 lucky777 77777777a'
  ).split(' '),
);
