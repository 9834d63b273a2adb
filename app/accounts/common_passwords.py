"""Passwords that are tried first: whole words and runs of keys, in small letters.

Only what is long enough to be accepted otherwise stands here.
"""

_WORDS = """
password passwords password1 password2 password12 password123 password1234 password12345 password!
password1! password123! password@1 password@12 password@123 password@1234 password#1 password01
password99 password2020 password2021 password2022 password2023 password2024 password2025
password2026 passw0rd passw0rd1 passw0rd! passw0rd123 p@ssword p@ssword1 p@ssword123 p@ssw0rd
p@ssw0rd1 p@ssw0rd! p@ssw0rd12 p@ssw0rd123 p@ssw0rd1234 pa$$word pa$$w0rd pa55word pa55w0rd
passpass passphrase mypassword yourpassword nopassword thepassword newpassword oldpassword changeme
changeme1 changeme123 changeme! changethis change123 letmein1 letmein12 letmein123 letmein!
letmeinnow welcome1 welcome12 welcome123 welcome1234 welcome@1 welcome@123 welcome! welcome01
welcome2024 welcome2025 welcome2026 karibu123 karibuni karibu2024 jambo123 habari123 admin123
admin1234 admin12345 admin@123 admin@1234 administrator adminadmin admin2024 admin2025
administrator1 rootroot root1234 toortoor superuser superadmin supervisor sysadmin default1
defaultpassword guest123 guest1234 guestguest user1234 user12345 username username1 testtest
test1234 test12345 test@123 test@1234 testing1 testing123 tester123 demo1234 demodemo temp1234
temppass temporary example1 sample123 master123 mastermaster login123 loginlogin secret123
secretsecret topsecret private1 security security1 access123 access14 internet internet1 computer
computer1 computer123 laptop123 samsung1 samsung123 android1 iphone123 facebook facebook1 google123
whatsapp whatsapp1 instagram youtube1 microsoft windows1 linux123 database server123 iloveyou
iloveyou1 iloveyou2 iloveyou12 iloveyou123 iloveyou! iloveme1 iloveu123 ilovegod ilovejesus
ilovemom loveyou1 lovelove love1234 love12345 lovers123 mylove123 foreverlove sweetheart sweetie1
darling1 babygirl babygirl1 babyboy1 princess princess1 princess12 princess123 princesa angel123
angelina beautiful beautiful1 handsome forever1 friends1 friendship bestfriend mother123 father123
family123 mommy123 daddy123 grandma1 brother1 sister123 children1 babybaby sunshine sunshine1
sunshine12 sunshine123 moonlight starlight rainbow1 rainbow123 butterfly butterfly1 flower123
flowers1 chocolate chocolate1 cookie123 strawberry cherry123 banana123 pineapple1 orange123
apple123 coffee123 summer123 summer2024 summer2025 winter123 winter2024 winter2025 spring123
autumn123 january1 february monday123 december november september october1 football football1
football12 football123 baseball baseball1 basketball basketball1 soccer123 softball hockey123
swimming volleyball liverpool liverpool1 chelsea1 chelsea123 arsenal1 arsenal123 manchester
manchester1 manutd123 barcelona barcelona1 realmadrid juventus ronaldo7 ronaldo123 messi1234
yankees1 cowboys1 lakers123 steelers eagles123 simba123 simba1234 simbasc1 yanga1234 yangasc1
gormahia gormahia1 harambee harambee1 superman superman1 superman123 batman123 spiderman spiderman1
starwars starwars1 pokemon1 pokemon123 pikachu1 naruto123 dragon123 dragonball mustang1 ferrari1
mercedes corvette porsche1 toyota123 yamaha123 harley123 ninja123 shadow123 killer123 hunter123
hunter12 ranger123 warrior1 monster1 monster123 jordan23 jordan123 michael1 michael123 michelle
michelle1 jennifer jennifer1 jessica1 jessica123 ashley123 amanda123 daniel123 matthew1 anthony1
andrew123 charlie1 charlie123 thomas123 robert123 joshua123 justin123 nicole123 brandon1 william1
jonathan victoria victoria1 elizabeth elizabeth1 samantha samantha1 stephanie alexander alexander1
alexandra benjamin christian christian1 christopher gabriel1 patricia patrick1 richard1 caroline
veronica isabella emmanuel emmanuel1 josephine mohamed1 mohammed mohammed1 muhammad abdallah
hassan123 hussein1 fatuma123 halima123 juma1234 grace123 blessing blessing1 blessed1 jesus123
jesus1234 jesuschrist jesusislord jesus4ever godisgood godisgreat godislove inshallah alhamdulillah
allahuakbar bismillah mashallah hallelujah heavenly trustno1 whatever whatever1 nothing1 anything
something nevermind icecream icecream1 computer! qwerty12 qwerty123 qwerty1234 qwerty12345
qwerty123456 qwerty123! qwerty@123 qwertyui qwertyuio qwertyuiop qwertyuiop1 qwertyqwerty qwerty!@
qwertz123 qwertzui qwertzuiop azerty123 azertyui azertyuiop azerty1234 asdfasdf asdf1234 asdfghjk
asdfghjkl asdfghjkl1 asdfgh123 asdf@1234 asdasdasd asd123asd zxcvbnm1 zxcvbnm123 zxcvbnm, zxcvzxcv
zxc123zxc zaq12wsx zaq1zaq1 zaq!2wsx 1qaz2wsx 1qaz@wsx 1qaz2wsx3edc 1q2w3e4r 1q2w3e4r5t
1q2w3e4r5t6y 1q2w3e4r! q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 qazwsxedc qazwsx123 qweasdzxc qweqweqwe
qwe123qwe qwe12345 qweasd123 abcd1234 abc12345 abc123456 abc123abc abcabc123 abcdefgh abcdefg1
abcdefg123 abcdefghi abcdefghij abcdef123 abcdef12 abcd12345 abcd@1234 abc@1234 abc@12345 aabbccdd
aa123456 aa12345678 a1234567 a12345678 a123456789 a1b2c3d4 a1b2c3d4e5 a1s2d3f4 qq123456 q1234567
q12345678 w1234567 x1234567 z1234567 s1234567 1234abcd 12345abc 123456abc 123456qwe 12345qwert
123qweasd 123qwe123 123abc123 12345678 123456789 1234567890 12345678910 123456781 1234567891
12345678a 123456789a 1234567a 123456aa 12345678q 123456789q 0123456789 01234567 012345678
9876543210 987654321 87654321 98765432 11223344 1122334455 112233445566 12344321 123454321
12345654321 123321123 123123123 12312312 123412341234 12341234 1234512345 123456123 123456123456
123456654321 123654789 147258369 159357123 159753456 741852963 789456123 963852741 147852369
321321321 456456456 789789789 100200300 135792468 246813579 13579246 24681357 31415926 314159265
27182818 11112222 11110000 12121212 10101010 20202020 19841984 19851985 19901990 20002000 20202021
12345679 1a2b3c4d 1a2s3d4f 1z2x3c4v !qaz2wsx !qaz@wsx !@#$%^&* !@#$%^&*( !@#$%^&*() !@#$1234
1234!@#$ 12345!@#$% qwer1234 qwer!@#$ qwert123 qwert1234 qwert12345 rewq4321 4321rewq poiuytrewq
lkjhgfdsa mnbvcxz1 mnbvcxzl poiuytre 0987654321 09876543 098765432 tanzania tanzania1 tanzania123
kenya123 kenya1234 uganda123 uganda1234 nairobi1 nairobi123 kampala1 kampala123 zanzibar zanzibar1
arusha123 mombasa1 mombasa123 dodoma123 daressalaam eastafrica africa123 safari123 hakunamatata
kilimanjaro serengeti swahili1 rafiki123 mpenzi123 mapenzi1 nakupenda nakupenda1 mungu123
mungumwema asante123 watoto123 kipenzi1 startrek trustme1 goodluck goodluck1 lucky123 lucky777
success1 success123 money123 dollar123 millionaire business1 company1 company123 office123
school123 student1 student123 teacher1 teacher123 university engineer doctor123 hospital nurse1234
manager1 manager123 director1 marketing finance1 service1 support1 support123 helpdesk contact1
welcome2 hello123 hello1234 hello12345 hellohello helloworld hello@123 hithere1 goodbye1
goodmorning happy123 happyday happiness smile123 laughing crazy123 awesome1 fantastic wonderful
excellent perfect1 diamond1 diamonds gold1234 silver123 platinum crystal1 purple123 yellow123
green123 blue1234 black123 white123 red12345 tiger123 lion1234 elephant monkey123 monkey12 chicken1
kitten123 puppy123 doggy123 horses12 dolphin1 dolphins eagle123 phoenix1 penguin1 jaguar123
leopard1 cheetah1 buffalo1 scorpion serenity infinity matrix123 gandalf1 maverick midnight
midnight1 mistress montana1 morning1 mountain1 paradise passport patience peaches1 peanut123
pepper123 platinum1 pumpkin1 redskins scooter1 slipknot snoopy123 snowball snowflake1 sparkle1
sparky123 startup1 tigger123 tinkerbell twilight1 vacation vanilla1 victory1 violet123 welcome3
westside wildcats winner123 wizard123 zxcvbn123 zxcvbnm12
"""

COMMON_PASSWORDS = frozenset(_WORDS.split())
